#include "Models.h"
typedef int earshot_models_placeholder;
