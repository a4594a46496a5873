/** The world's time: it moves by `Start-Sleep`, by cmdlets that wait, and by tests. Nobody really waits. */
export interface WorldClock {
  now(): number;
  advance(ms: number): void;
  /** Runs `work` once the time is there. */
  after(ms: number, work: () => void): void;
}

interface Timer {
  readonly at: number;
  readonly work: () => void;
}

export function createWorldClock(start = Date.UTC(2026, 0, 5, 8)): WorldClock {
  const timers: Timer[] = [];
  let now = start;
  return {
    now: () => now,
    after: (ms, work) => {
      timers.push({ at: now + ms, work });
      timers.sort((a, b) => a.at - b.at);
    },
    advance: (ms) => {
      const end = now + ms;
      for (let due = timers[0]; due && due.at <= end; due = timers[0]) {
        timers.shift();
        now = due.at; // each timer sees its own instant
        due.work();
      }
      now = end;
    },
  };
}
