#include "Models.h"

// Aligned to a cache line, so that the tensors in it are aligned as the file aligns them.
static _Alignas(64) const unsigned char model[] = {
#embed "../../Models/default.safetensors"
};

const unsigned char *earshot_default_model(void) { return model; }

size_t earshot_default_model_size(void) { return sizeof model; }
