#define IN_HEADER 0
