"""Sounds for the demo library, made of sine waves: WAV files, which every browser plays."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Sequence

_RATE = 11_025
# Semitones above A4 of the notes of C major, from C4 on.
_SCALE = (-9, -7, -5, -4, -2, 0, 2, 3)

Note = tuple[float, float, float]


def _wav(notes: Sequence[Note]) -> bytes:
    """``notes``: frequency in Hz (0: silence), seconds, loudness from 0 to 1; 8 bits, one channel."""
    data = bytearray()
    for pitch, seconds, loud in notes:
        count = int(seconds * _RATE)
        for i in range(count):
            fade = min(1.0, i / 120, (count - i) / 900)
            tone = math.sin(2 * math.pi * pitch * i / _RATE) if pitch else 0.0
            over = 0.3 * math.sin(4 * math.pi * pitch * i / _RATE) if pitch else 0.0
            data.append(128 + round(90 * loud * fade * (tone + over) / 1.3))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(_RATE)
        file.writeframes(bytes(data))
    return out.getvalue()


def _pitch(semitones: float) -> float:
    return 440.0 * 2 ** (semitones / 12)


def scale() -> bytes:
    """C major up and down, each note half a second."""
    up = [(_pitch(step), 0.5, 0.8) for step in _SCALE]
    return _wav([*up, *reversed(up)])


def metres() -> bytes:
    """Two bars each of 2/4, 3/4 and 4/4: the first beat higher and louder."""
    notes: list[Note] = []
    for beats in (2, 3, 4):
        for _bar in range(2):
            for beat in range(beats):
                first = beat == 0
                notes += [(880.0 if first else 440.0, 0.12, 1.0 if first else 0.5), (0.0, 0.38, 0.0)]
        notes.append((0.0, 0.6, 0.0))
    return _wav(notes)


def high_and_low() -> bytes:
    """Pairs of tones: which is higher, which is louder?"""
    pairs = ((220.0, 0.7, 440.0, 0.7), (660.0, 0.3, 660.0, 1.0), (880.0, 0.6, 330.0, 0.6))
    notes: list[Note] = []
    for low, soft, high, loud in pairs:
        notes += [(low, 0.9, soft), (0.0, 0.3, 0.0), (high, 0.9, loud), (0.0, 1.0, 0.0)]
    return _wav(notes)
