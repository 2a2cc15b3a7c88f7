int first(void)
{
	asm("frobnicate %0" : : "r"(1));
	return 0;
}
