#include "macro.h"
struct thing { int present; };
int first(struct thing *t)
{
	return FIELD_OF(t, absent);
}
