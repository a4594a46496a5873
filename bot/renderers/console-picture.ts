/**
 * A timeline for our own page, which makes SVG of it: shapes without colours, for a wide window and for a narrow one.
 *
 * An element that Adaptive Cards do not know; any other renderer draws the text in its place.
 */
import { drawTimeline, narrowTimeline, wideTimeline } from '../pictures/draw-timeline.ts';
import type { Timeline } from '../pictures/limit-timeline.ts';
import { toTimelineText } from './adaptive-blocks.ts';
import { consoleHost, listLimits } from './adaptive-limits.ts';
import type { Json } from './letter-true.ts';

export function toConsolePicture(timeline: Timeline): Json {
  const [limits] = listLimits(consoleHost);
  return {
    type: 'Drover.Picture',
    wide: drawTimeline(timeline, wideTimeline),
    narrow: drawTimeline(timeline, narrowTimeline),
    fallback: toTimelineText(timeline, limits),
  };
}
