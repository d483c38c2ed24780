#ifndef VOCAB_H
#define VOCAB_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A file of `Vocab/`, compiled in.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} VocabFile;

/// The vocabulary of the `.en` models, GPT-2's.
VocabFile vocab_gpt2(void);

/// The vocabulary of all other models.
VocabFile vocab_multilingual(void);

#pragma clang assume_nonnull end

#endif
