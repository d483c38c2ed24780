#ifndef EARSHOT_MODELS_H
#define EARSHOT_MODELS_H

#include <stddef.h>

// The default model, compiled in: the bytes of Models/default.safetensors, in Earshot's own format.
const unsigned char *earshot_default_model(void);

// Their number.
size_t earshot_default_model_size(void);

// What hears whether somebody speaks, compiled in: Models/silero-vad/silero-vad.safetensors.
const unsigned char *earshot_voice_model(void);

// Their number.
size_t earshot_voice_model_size(void);

#endif
