import { ChangeDetectionStrategy, Component, computed, effect, inject, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { listApart, overview, responses } from '../../../api/functions';
import { BeginState } from '../../core/begin';
import { Language } from '../../core/language';
import { News } from '../../core/news';
import { Session } from '../../core/session';
import { Fault } from '../../ui/fault';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { TemplateText } from '../../ui/template-text';
import { Unread } from './unread';
import { WORDS } from './words';

const NEWEST = 8;
const ALWAYS = '1971-01-01';

/** The first responses as they come in, each with its cause, and what could not be read. */
@Component({
  selector: 'pb-arrived',
  imports: [Fault, RouterLink, State, TemplateText, Unread],
  providers: [News],
  templateUrl: './arrived.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Arrived {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  protected readonly state = inject(BeginState);
  protected readonly news = inject(News);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly found = load(() => this.api.invoke(responses, { since: ALWAYS, limit: NEWEST }));
  private readonly apart = load(() => (this.session.may('admin') ? this.api.invoke(listApart) : null));
  private readonly overview = load(() => this.api.invoke(overview));
  protected readonly hasInput = computed(
    () => (this.news.told()?.newest_input ?? this.overview.value()?.newest_input ?? null) !== null,
  );
  protected readonly setApart = computed(() => (this.apart.value() ?? []).slice(0, NEWEST));
  protected readonly isAllRead = computed(
    () => !this.setApart().length && !this.state.files().some((each) => each.lines.length || each.problem),
  );

  constructor() {
    effect(() => {
      if (this.news.told() === null) return;
      untracked(() => {
        this.found.reload();
        this.apart.reload();
      });
    });
  }
}
