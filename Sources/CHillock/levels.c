#include "chillock.h"
int hk_isa_supported(int isa) { return isa == HK_ISA_BASELINE; }
int hk_isa_best(void) { return HK_ISA_BASELINE; }
