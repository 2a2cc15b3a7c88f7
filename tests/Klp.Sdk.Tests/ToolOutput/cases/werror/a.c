int first(void)
{
	int never_set;
	return never_set;
}
static int nobody(void) { return 1; }
