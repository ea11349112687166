import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Params, RouterLink } from '@angular/router';

import { CostNow, Overview, Piece } from '../../../api/models';
import { Language } from '../../core/language';
import { News } from '../../core/news';
import { Icon } from '../../ui/icon';
import { Spark } from '../../ui/spark';
import { comparable } from './figures';

/** The Certified Senders Alliance asks for at most so many hard bounces. */
export const CSA_LIMIT = 0.01;
const HOUR_MS = 3_600_000;

/** The server tells every figure; only its description calls those that are usually 0 optional. */
type Figures = Required<Piece>;

interface Tile {
  name: string;
  figure: string;
  /** In full, with its base. */
  exact: string;
  before: string;
  trend: (number | null)[];
  glossary?: string;
  /** A limit that is broken: said in words, and in red. */
  alarm?: string;
  /** What stands below compares with no other time. */
  keeps?: boolean;
  /** Says whether new input appears by itself. */
  live?: boolean;
  /** Where a click leads: a page, and what is added to the address. */
  path: string;
  to: Params;
}

/** The figures of the time: each with its course, its base and that of the time before; a click shows the responses. */
@Component({
  selector: 'pb-tiles',
  imports: [Icon, RouterLink, Spark],
  templateUrl: './tiles.html',
  styleUrl: './tiles.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Tiles {
  readonly of = input.required<Overview>();
  /** Of today, whatever time is shown. */
  readonly cost = input<CostNow | null>(null);
  protected readonly news = inject(News);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;

  protected readonly tiles = computed<Tile[]>(() => {
    const { newest_input: newest, since, until, ...told } = this.of();
    const [now, before, pieces] = [told.now as Figures, told.before as Figures, told.pieces as Figures[]];
    const words = this.words().dashboard;
    const glossary = this.words().glossary;
    const language = this.language;
    const hours = Math.max(1, (Date.parse(until ?? '') - Date.parse(since ?? '')) / HOUR_MS);
    const trend = (value: (piece: Figures) => number | null): (number | null)[] => pieces.map(value);
    const rate = (name: string, value: (piece: Figures) => number, to: Params, more: Partial<Tile> = {}): Tile => ({
      name,
      figure: language.percent(share(value(now), now.final)),
      exact: words.base(language.number(value(now)), language.number(now.final)),
      before: words.before(language.percent(share(value(before), before.final))),
      trend: trend((piece) => share(value(piece), piece.final)),
      path: '/responses',
      to,
      ...more,
    });
    const count = (name: string, value: (piece: Figures) => number, to: Params, more: Partial<Tile> = {}): Tile => ({
      name,
      figure: language.compact(value(now)),
      exact: language.number(value(now)),
      before: words.before(language.compact(value(before))),
      trend: trend(value),
      path: '/responses',
      to,
      ...more,
    });
    const hard = share(now.hard, now.final) ?? 0;
    const isComparable = comparable(now.events, before.events);
    const tiles: Tile[] = [
      {
        name: words.responses,
        figure: language.compact(now.events / hours),
        exact: words.allEvents(language.number(now.events)),
        before: words.before(language.compact(before.events / hours)),
        trend: trend((piece) => piece.events),
        path: '/responses',
        to: {},
      },
      rate(words.bounceRate, (piece) => piece.bounced, { outcome: 'bounced' }),
      rate(
        words.hardRate,
        (piece) => piece.hard,
        { outcome: 'bounced', permanent: 'true' },
        {
          glossary: `${glossary.hard} ${glossary.csa}`,
          before: `${words.limit} · ${words.before(language.percent(share(before.hard, before.final)))}`,
          alarm: hard > CSA_LIMIT ? words.overLimit : undefined,
        },
      ),
      count(words.suppressed, (piece) => piece.suppressed, { status: 'suppressed' }, { path: '/recipients' }),
      count(
        words.revived,
        (piece) => piece.revived,
        { status: 'deliverable' },
        { path: '/recipients', glossary: glossary.revived },
      ),
      {
        ...count(
          words.unclassified,
          (piece) => piece.unclassified,
          { category: 'unclassified' },
          { glossary: glossary.unclassified },
        ),
        figure: language.percent(share(now.unclassified, now.failures)),
        exact: words.ofFailures(language.number(now.unclassified), language.number(now.failures)),
        before: words.before(language.percent(share(before.unclassified, before.failures))),
      },
      this.costTile(),
      {
        name: words.lag,
        figure: newest ? language.relative(newest, Date.now(), 'short') : words.noInput,
        exact: newest ? language.moment(newest) : '',
        before: newest ? language.brief(newest) : '',
        trend: [],
        glossary: glossary.lag,
        path: '/responses',
        to: { range: '24h', since: null, until: null },
        live: true,
      },
    ];
    return isComparable ? tiles : tiles.map((tile) => (tile.live || tile.keeps ? tile : { ...tile, before: '' }));
  });

  private costTile(): Tile {
    const { dashboard: words } = this.words();
    const cost = this.cost();
    return {
      name: words.cost,
      figure: cost ? this.language.euros(cost.euros) : '–',
      exact: cost
        ? words.costAbout(
            this.language.number(cost.delivered),
            this.language.number(cost.others),
            this.language.euros(cost.standing),
            cost.rates.dated,
          )
        : '',
      before: cost ? words.costMonth(this.language.euros(cost.month)) : '',
      trend: [],
      keeps: true,
      path: '/responses',
      to: { range: '24h', since: null, until: null },
    };
  }
}

function share(part: number, base: number): number | null {
  return base === 0 ? null : part / base;
}
