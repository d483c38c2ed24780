#ifndef EARSHOT_TABLES_H
#define EARSHOT_TABLES_H

#include "CKernels.h"

extern const earshot_kernels earshot_portable;

#endif
