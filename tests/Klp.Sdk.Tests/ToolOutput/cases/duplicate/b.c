int second(void) { return 3; }
int both(void)
{
	return 4;
}
