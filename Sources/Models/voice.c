#include "Models.h"

static _Alignas(64) const unsigned char model[] = {
#embed "../../Models/silero-vad/silero-vad.safetensors"
};

const unsigned char *earshot_voice_model(void) { return model; }

size_t earshot_voice_model_size(void) { return sizeof model; }
