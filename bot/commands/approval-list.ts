/** `approval list` and `approval show`. */
import { toDeedWords } from '../cards/deed-words.ts';
import { toTime } from '../words/units.ts';
import { answer, defineCommand } from './command.ts';
import { findRequest } from './find-number.ts';
import { showNow } from './show-now.ts';
import { numberOption } from './typed-change.ts';

export const approvalList = defineCommand({
  words: ['approval', 'list'],
  summary: 'requests that wait for a decision',
  right: 'approval.list',
  changes: false,
  options: [
    { name: 'mine', type: 'boolean', summary: 'only those that you asked for' },
    { name: 'all', type: 'boolean', summary: 'decided ones too' },
    { name: 'limit', type: 'count', max: 200, summary: 'how many; 20 when left out' },
  ],
  examples: ['approval list', 'approval list --mine --all'],
  async run({ house, person }, typed) {
    const rows = await house.store.read(async (reads) => {
      const requests = await reads.requests.list({
        limit: numberOption(typed, 'limit') ?? 20,
        ...(typed.options.all === true ? {} : { states: ['open'] }),
        ...(typed.options.mine === true ? { requesterId: person.id } : {}),
      });
      const plans = await Promise.all(requests.map(({ planId }) => reads.plans.find(planId)));
      return requests.map((request, at) => {
        const plan = plans[at]?.plan;
        const waits = request.stages
          .map(({ needed, groupName }) => `${needed} of ${groupName}`)
          .join(' and ');
        const until =
          request.state === 'open'
            ? toTime(request.expiresAt, reads.now, house.timeZone)
            : request.state;
        return [
          `R-${request.number}`,
          plan ? toDeedWords(plan) : request.operation,
          request.requesterName,
          waits || 'by rule',
          until,
        ];
      });
    });
    const title = rows.length === 0 ? 'No request waits' : 'Requests';
    const columns = [
      { title: 'Request' },
      { title: 'What' },
      { title: 'Asked by' },
      { title: 'Needs' },
      { title: 'Until' },
    ];
    return answer({
      ...{
        title,
        tone: 'neutral',
        summary: rows.length === 0 ? title : `${rows.length} requests`,
        actions: [],
      },
      body: rows.length > 0 ? [{ block: 'table', columns, rows }] : [],
    });
  },
});

export const approvalShow = defineCommand({
  words: ['approval', 'show'],
  summary: 'one request: what is asked, of whom, and how it stands',
  right: 'approval.show',
  changes: false,
  target: { name: 'request', kind: 'request', required: true },
  examples: ['approval show R-128'],
  async run(asking, typed) {
    const found = await findRequest(asking, typed.target ?? '');
    if ('reply' in found) return answer(found.reply);
    return showNow(asking, { kind: 'request', id: found.id });
  },
});
