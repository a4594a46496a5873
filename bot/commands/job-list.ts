/** `job list`, `job show` and `job watch`. */
import { OPEN_JOB_STATES } from '#core/jobs/job.ts';
import { toDeedWords } from '../cards/deed-words.ts';
import { toJobWords } from '../cards/request-card.ts';
import { touchSubject } from '../conversation/show-subject.ts';
import { toTime } from '../words/units.ts';
import { answer, defineCommand } from './command.ts';
import { findJob } from './find-number.ts';
import { showNow } from './show-now.ts';
import { numberOption } from './typed-change.ts';

export const jobList = defineCommand({
  words: ['job', 'list'],
  summary: 'jobs, newest first',
  right: 'job.list',
  changes: false,
  options: [
    { name: 'open', type: 'boolean', summary: 'only those that still go on' },
    { name: 'mine', type: 'boolean', summary: 'only those you asked for' },
    { name: 'limit', type: 'count', max: 200, summary: 'how many; 20 when left out' },
  ],
  examples: ['job list', 'job list --open', 'job list --mine --limit 50'],
  async run({ house, person }, typed) {
    const rows = await house.store.read(async (reads) => {
      const jobs = await reads.jobs.list({
        limit: numberOption(typed, 'limit') ?? 20,
        ...(typed.options.open === true ? { states: OPEN_JOB_STATES } : {}),
        ...(typed.options.mine === true ? { requesterId: person.id } : {}),
      });
      const plans = await Promise.all(jobs.map(({ planId }) => reads.plans.find(planId)));
      return jobs.map((job, at) => {
        const plan = plans[at]?.plan;
        const what = plan ? toDeedWords(plan) : job.operation;
        return [
          `J-${job.number}`,
          what,
          toJobWords(job),
          job.requesterName,
          toTime(job.createdAt, reads.now, house.timeZone),
        ];
      });
    });
    const title = rows.length === 0 ? 'There is no job' : 'Jobs';
    const columns = [
      { title: 'Job', isWhole: true as const },
      { title: 'What' },
      { title: 'State' },
      { title: 'For' },
      { title: 'Since' },
    ];
    const summary = rows.length === 0 ? title : `${rows.length} jobs`;
    return answer({
      ...{ title, tone: 'neutral', summary, actions: [] },
      body: rows.length > 0 ? [{ block: 'table', columns, rows }] : [],
    });
  },
});

export const jobShow = defineCommand({
  words: ['job', 'show'],
  summary: 'one job as it stands: its steps, what it waits for, and what can be done',
  right: 'job.show',
  changes: false,
  target: { name: 'job', kind: 'job', required: true },
  examples: ['job show J-412'],
  async run(asking, typed) {
    const found = await findJob(asking, typed.target ?? '');
    if ('reply' in found) return answer(found.reply);
    return showNow(asking, { kind: 'job', id: found.id });
  },
});

export const jobWatch = defineCommand({
  words: ['job', 'watch'],
  summary: 'follow a job until it ends',
  right: 'job.show',
  changes: false,
  target: { name: 'job', kind: 'job', required: true },
  examples: ['job watch J-412'],
  async run(asking, typed) {
    const found = await findJob(asking, typed.target ?? '');
    if ('reply' in found) return answer(found.reply);
    const title = `Following ${typed.target}: its card is kept up to date here.`;
    const draft = { title, tone: 'neutral', summary: title, body: [], actions: [] } as const;
    const about = { kind: 'job', id: found.id } as const;
    return async (tx) => {
      // Whoever has its card already gets it once more: it may have been told long ago, or have ended.
      await touchSubject(asking.house, tx, about);
      return { draft, about, shows: [about] };
    };
  },
});
