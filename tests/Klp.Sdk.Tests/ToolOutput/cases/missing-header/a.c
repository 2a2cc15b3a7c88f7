int before;
#include "missing.h"
