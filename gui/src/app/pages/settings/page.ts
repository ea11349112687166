import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Sections } from '../../ui/sections';
import { AlarmLimits } from './alarm-limits';
import { Audit } from './audit';
import { Review } from './review';
import { StreamKinds } from './streams';
import { Users } from './users';
import { WORDS } from './words';

/** Parts of the settings, and the scope that each needs. */
const SECTIONS: readonly [string, string][] = [
  ['users', 'admin'],
  ['review', 'read'],
  ['streams', 'read'],
  ['alarms', 'read'],
  ['audit', 'admin'],
];

/** Users and roles, review, kinds of streams, alarms and what was changed. */
@Component({
  selector: 'pb-settings',
  imports: [AlarmLimits, Audit, Review, Sections, StreamKinds, Users],
  templateUrl: './page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly filters = inject(Filters);
  private readonly session = inject(Session);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly sections = computed(() =>
    SECTIONS.filter(([, scope]) => this.session.may(scope)).map(([name]) => ({
      name,
      text: this.own().sections[name] ?? name,
    })),
  );
  protected readonly section = computed(() => {
    const wanted = this.filters.all()['section'];
    return (this.sections().find((each) => each.name === wanted) ?? this.sections()[0])?.name;
  });
}
