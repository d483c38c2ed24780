#include "CKernels.h"
typedef int earshot_kernels_placeholder;
