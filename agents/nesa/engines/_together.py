"""Writes several answers at once: threads that each want one share the graph's runs.

One of them leads: it runs the graph for all, a token of each answer at a time, until its own is written, and hands over
to another. So no thread waits for a thread between two tokens. An answer joins when it comes, and leaves when it ends.
"""

from collections import deque
from dataclasses import dataclass, field
from threading import Event, Lock

from nesa.engines._decoder import Decoder, pieces
from nesa.engines._draft import Draft
from nesa.engines._prefixes import Prefixes
from nesa.engines._rows import Row, Rows
from nesa.errors import EngineError, RunCancelledError

__all__ = ["Together"]

_ROOM = 256  # tokens of a row at least


@dataclass(slots=True)
class _Seat:
    """A draft, and the thread that waits for it."""

    draft: Draft
    wake: Event = field(default_factory=Event)
    done: bool = False
    error: Exception | None = None

    def finish(self, error: Exception | None = None) -> None:
        self.error = error
        self.done = True
        self.wake.set()


class Together:
    """Writes in the rows of one cache; see `nesa.engines._draft.Writer`."""

    def __init__(self, decoder: Decoder, prefixes: Prefixes, *, context: int, max_bytes: int) -> None:
        """Write nothing yet.

        Args:
            decoder: whose graph writes into its cache.
            prefixes: remembers texts.
            context: tokens of a text at most; graphs refuse caches with more room.
            max_bytes: of the cache, unless one text alone needs more.
        """
        self._decoder = decoder
        self._prefixes = prefixes
        self._context = context
        self._max_bytes = max_bytes
        self._rows = Rows(decoder, 0, 0)
        self._seats: list[_Seat] = []  # the first rows'
        self._coming: deque[_Seat] = deque()
        self._led = False
        self._lock = Lock()

    @property
    def together(self) -> int:
        """How many of the longest texts there is room for."""
        return self._most(self._context)

    def write(self, draft: Draft) -> None:
        """Write an answer to its end."""
        seat = _Seat(draft)
        with self._lock:
            self._coming.append(seat)
            follows, self._led = self._led, True
        if follows:
            seat.wake.wait()
        if not seat.done:
            self._lead(seat)
        if seat.error:
            raise seat.error

    def _lead(self, own: _Seat) -> None:
        try:
            while not own.done:
                self._admit()
                if self._seats:
                    self._step()
        except BaseException:  # of whatever kind: the others must not wait for ever
            while self._seats:
                self._seats.pop().finish(EngineError("the run that wrote several answers came to an end"))
            raise
        finally:
            with self._lock:
                if not own.done and own in self._coming:
                    self._coming.remove(own)
                heir = next(iter([*self._seats, *self._coming]), None)
                self._led = heir is not None
            if heir:
                heir.wake.set()

    def _admit(self) -> None:
        """Let in who waits, as long as there are rows."""
        while self._coming and self._fits(self._coming[0].draft.task.room):
            seat = self._coming[0]
            row = self._rows[len(self._seats)]
            failure: Exception | None = None
            try:
                goes_on = self._begin(row, seat.draft)
            except (EngineError, FloatingPointError) as error:
                goes_on, failure = False, error
            self._coming.popleft()
            if goes_on:
                self._seats.append(seat)
            else:
                self._end(row, seat, failure)

    def _most(self, length: int) -> int:
        return max(1, min(self._decoder.rows, self._max_bytes // (length * self._decoder.token_bytes)))

    def _fits(self, room: int) -> bool:
        """Whether there is a row for one more text; makes rows as long and as many as are wanted."""
        wanted = max([room, *(seat.draft.task.room for seat in self._seats)])
        length = min(self._context, max(_ROOM, 1 << (wanted - 1).bit_length()))
        most = self._most(length)
        count = len(self._seats)
        if count >= most:
            return False
        if self._rows.room < length or len(self._rows) <= count or (count == 0 and self._rows.room > length):
            rows = Rows(self._decoder, most, length)
            for at in range(count):
                rows[at].load(self._rows[at].keep(), self._rows[at].length)
            self._rows = rows
        return True

    def _begin(self, row: Row, draft: Draft) -> bool:
        draft.check()
        prompt = draft.task.prompt
        row.clear()
        self._prefixes.load(row, prompt)
        for piece in pieces(prompt[row.length :], self._decoder.chunk):
            reading = row.read(piece)
        self._prefixes.keep(prompt, row)
        return draft.take(reading.logits[-1], reading.hidden[-1])

    def _step(self) -> None:
        try:
            reading = self._rows.step([seat.draft.tokens[-1] for seat in self._seats])
        except EngineError as error:
            while self._seats:
                self._seats.pop().finish(error)
            return
        for at in reversed(range(len(self._seats))):
            failure: Exception | None = None
            try:
                goes_on = self._seats[at].draft.take(reading.logits[at], reading.hidden[at])
            except (FloatingPointError, RunCancelledError) as error:
                goes_on, failure = False, error
            if not goes_on:
                self._leave(at, failure)

    def _leave(self, at: int, error: Exception | None) -> None:
        """Let a text go, and move the last one into its row."""
        seat, last = self._seats[at], self._seats.pop()
        self._end(self._rows[at], seat, error)
        if last is not seat:
            row = self._rows[len(self._seats)]
            self._rows[at].load(row.keep(), row.length)
            self._seats[at] = last

    def _end(self, row: Row, seat: _Seat, error: Exception | None = None) -> None:
        if error is None:
            self._prefixes.keep(seat.draft.read, row)
        seat.finish(error)
