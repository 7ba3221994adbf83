"""The cache of answers: bounded, least recently used first, one evaluation for equal requests in progress."""

from __future__ import annotations

import asyncio

from kg_service.web.cache import Cache, Kept


def test_what_is_kept_stays_within_its_bound() -> None:
    cache = Cache(80)
    for number in range(12):
        cache.put(str(number), {}, b"x" * 10)
        cache.get("0")
    kept = [number for number in range(12) if cache.get(str(number)) is not None]

    assert len(kept) == 8
    assert kept[0] == 0
    assert kept[-1] == 11


def test_a_long_answer_is_not_kept() -> None:
    cache = Cache(80)
    cache.put("long", {}, b"x" * 11)

    assert cache.get("long") is None
    assert Cache(0).get("any") is None


def test_equal_requests_in_progress_are_evaluated_once() -> None:
    cache = Cache(1_000)
    evaluated: list[int] = []

    async def ask(number: int) -> Kept | None:
        async with cache.alone("tag") as found:
            if found is not None:
                return found
            evaluated.append(number)
            await asyncio.sleep(0)
            cache.put("tag", {"X": "1"}, b"answer")
            return cache.get("tag")

    async def main() -> list[Kept | None]:
        return await asyncio.gather(*(ask(number) for number in range(10)))

    assert asyncio.run(main()) == [({"X": "1"}, b"answer")] * 10
    assert evaluated == [0]


def test_where_the_first_one_fails_the_next_one_evaluates() -> None:
    cache = Cache(1_000)
    evaluated: list[int] = []

    async def ask(number: int) -> None:
        async with cache.alone("tag") as found:
            assert found is None
            evaluated.append(number)
            await asyncio.sleep(0)
            if number == 0:
                raise ValueError

    async def main() -> None:
        await asyncio.gather(*(ask(number) for number in range(3)), return_exceptions=True)

    asyncio.run(main())

    assert evaluated == [0, 1, 2]
