#include "uses.h"
int twice(int x);
int first(struct thing *t)
{
	int unused;
	struct thing *p = 5;

	return twice(1, 2) + undeclared + t->absent;
}
