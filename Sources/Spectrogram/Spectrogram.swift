// Spectrogram
