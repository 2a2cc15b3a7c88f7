static int nobody(void) { return 1; }
int first(void) { return 1; }
