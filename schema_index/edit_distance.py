"""How many letters tell two words apart."""

from __future__ import annotations


def edit_distance(left: str, right: str, most: int) -> int:
    """Letters to insert, drop, change or swap with their neighbour between two words; `most` + 1 where it is more.

    The optimal string alignment distance (Damerau, CACM 1964). It is found by trying every mistake where the words
    part, which is faster than a table while `most` is 1 or 2.
    """
    if abs(len(left) - len(right)) > most:
        return most + 1
    start = 0
    for letter, other in zip(left, right, strict=False):
        if letter != other:
            break
        start += 1
    left, right = left[start:], right[start:]
    if not left or not right:
        return len(left) + len(right)
    if not most:
        return 1
    # A letter changed, added, dropped, or two swapped.
    rests = [(left[1:], right[1:]), (left, right[1:]), (left[1:], right)]
    if left[:2] == right[1::-1] and len(left) > 1:
        rests.append((left[2:], right[2:]))
    best = most
    for rest in rests:
        if best:
            best = min(best, edit_distance(*rest, best - 1))
    return best + 1
