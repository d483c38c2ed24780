#include "Vocab.h"

static const unsigned char gpt2[] = {
#embed "../../Vocab/gpt2.tiktoken"
};

static const unsigned char multilingual[] = {
#embed "../../Vocab/multilingual.tiktoken"
};

VocabFile vocab_gpt2(void) {
    return (VocabFile){gpt2, sizeof gpt2};
}

VocabFile vocab_multilingual(void) {
    return (VocabFile){multilingual, sizeof multilingual};
}
