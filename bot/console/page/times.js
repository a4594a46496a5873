const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const year = new Intl.DateTimeFormat('en-GB', { year: 'numeric' });

/** `14:02 CEST`, with the day when it is another one: in the reader's zone. */
export function wordTime(instant, now = new Date()) {
  const time = clock.format(instant);
  if (day.format(instant) === day.format(now) && isSameYear(instant, now)) return time;
  return `${wordDay(instant, now)} ${time}`;
}

function wordDay(instant, now) {
  return isSameYear(instant, now)
    ? day.format(instant)
    : `${day.format(instant)} ${year.format(instant)}`;
}

function isSameYear(instant, now) {
  return year.format(instant) === year.format(now);
}

export function createTime(instant) {
  const element = document.createElement('time');
  element.dateTime = instant.toISOString();
  element.textContent = wordTime(instant);
  element.title = instant.toISOString();
  return element;
}
