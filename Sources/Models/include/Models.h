#ifndef MODELS_H
#define MODELS_H
#endif
