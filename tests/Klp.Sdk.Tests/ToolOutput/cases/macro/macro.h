#define GET(t, f) ((t)->f)
#define FIELD_OF(t, f) (GET(t, f) + 1)
