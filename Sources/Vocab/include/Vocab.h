#ifndef VOCAB_H
#define VOCAB_H
#endif
