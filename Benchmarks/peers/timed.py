"""Times the work of a peer without the start of its process and its imports."""

import os
import time


class Timed:
    """Prints samples, bytes, wall and CPU seconds, those of child processes too."""

    def __enter__(self):
        self.count = self.bytes = 0
        self.start = self.clocks()
        return self

    def add(self, length):
        self.count += 1
        self.bytes += length

    def __exit__(self, *error):
        wall, cpu = (now - then for now, then in zip(self.clocks(), self.start))
        if error == (None, None, None):
            print(f"{self.count} samples, {self.bytes} bytes, {wall:.3f} s, {cpu:.3f} s CPU")

    def clocks(self):
        times = os.times()
        return time.monotonic(), sum(times[:4])
