asm(".macro twice what\n\t\\what\n\t\\what\n.endm");
int first(void)
{
	asm("twice frobnicate");
	return 0;
}
