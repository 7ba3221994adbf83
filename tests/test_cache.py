"""The cache of answers: bounded, least recently used first, one evaluation for equal requests in progress."""

from __future__ import annotations

import asyncio

from kg_service.web.cache import Cache, Kept

TEN = Kept(b"", b"x" * 10)


def key(number: int) -> bytes:
    return f"{number:02}".encode()


def test_what_is_kept_stays_within_its_bound() -> None:
    cache = Cache(8 * (400 + 2 + 10))
    for number in range(12):
        cache.put(key(number), TEN)
        cache.get(key(0))
    kept = [number for number in range(12) if cache.get(key(number)) is not None]

    assert kept == [0, 5, 6, 7, 8, 9, 10, 11]


def test_a_long_answer_is_not_kept() -> None:
    cache = Cache(80)
    cache.put(b"long", Kept(b"", b"x" * 11))

    assert cache.get(b"long") is None
    assert Cache(0).get(b"any") is None


def test_equal_requests_in_progress_are_evaluated_once() -> None:
    cache = Cache(100_000)
    evaluated: list[int] = []

    async def ask(number: int) -> Kept | None:
        if not cache.begin(b"key"):
            return await cache.wait(b"key")
        evaluated.append(number)
        await asyncio.sleep(0)
        cache.put(b"key", Kept(b"x: 1\r\n", b"answer"))
        cache.end(b"key")
        return cache.get(b"key")

    async def main() -> list[Kept | None]:
        return await asyncio.gather(*(ask(number) for number in range(10)))

    assert asyncio.run(main()) == [Kept(b"x: 1\r\n", b"answer")] * 10
    assert evaluated == [0]


def test_where_the_first_one_keeps_nothing_those_who_waited_are_told() -> None:
    cache = Cache(1_000)

    async def main() -> list[Kept | None]:
        assert cache.begin(b"key")
        waiting = [asyncio.create_task(cache.wait(b"key")) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()  # one who goes away takes nobody along
        await asyncio.sleep(0)
        cache.end(b"key")
        return await asyncio.gather(*waiting[1:])

    assert asyncio.run(main()) == [None, None]
    assert cache.begin(b"key")
