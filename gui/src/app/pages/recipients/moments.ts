import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Fault } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { Status } from '../../ui/status';
import { Entry, Evidence, Moment } from './store';
import { WORDS } from './words';

/** A time line: failures, decisions, what people did, probes, the last delivery. Responses are masked for viewers. */
@Component({
  selector: 'pb-moments',
  imports: [Fault, Icon, Status],
  templateUrl: './moments.html',
  styleUrl: './moments.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Moments {
  readonly moments = input.required<Moment[]>();
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);

  protected where({ provider, stream, campaign }: Evidence): string {
    return [provider, stream, campaign].filter((each) => !!each).join(' · ');
  }

  protected whyOf({ rule, until, actor, reason }: Entry): string {
    const own = this.own();
    const ends = until ? `${own.until} ${this.language.day(until)}` : null;
    return [rule, ends, own.by(actor), reason].filter((each) => !!each).join(' · ');
  }
}
