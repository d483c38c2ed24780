#include <alsa/asoundlib.h>
#include <stdarg.h>
#include <stdio.h>

// ALSA reports through a variadic function, which Swift cannot write.
typedef void (*earshot_alsa_listener)(const char *message);

static inline earshot_alsa_listener *earshot_alsa_listening(void) {
    static earshot_alsa_listener listener;
    return &listener;
}

static void earshot_alsa_report(
    const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file, (void)line, (void)function;
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (error && length >= 0 && (size_t)length < sizeof message)
        snprintf(message + length, sizeof message - (size_t)length, ": %s", snd_strerror(error));
    (*earshot_alsa_listening())(message);
}

// Hands every line that libasound would write to standard error to `listener` instead.
static inline void earshot_alsa_listen(earshot_alsa_listener listener) {
    *earshot_alsa_listening() = listener;
    snd_lib_error_set_handler(earshot_alsa_report);
}
