#include "Vocab.h"
typedef int earshot_vocab_placeholder;
