struct thing { int present; };
static inline int in_header(struct thing *t) { return t->missing; }
