import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { FrequentTemplate } from '../../../api/models';
import { Language } from '../../core/language';
import { csvOf, download } from '../../ui/csv';
import { Fault } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { Rows } from '../../ui/rows';
import { Spark } from '../../ui/spark';
import { State } from '../../ui/state';
import { TemplateText } from '../../ui/template-text';
import { DashboardStore } from './store';

/** What was answered most. */
@Component({
  selector: 'pb-top-templates',
  imports: [Fault, Icon, RouterLink, Rows, Spark, State, TemplateText],
  templateUrl: './top-templates.html',
  styleUrl: './lists.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TopTemplates {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;

  protected providers(template: FrequentTemplate): string {
    const names = template.providers.map((each) => each.provider ?? this.words().dashboard.noProvider);
    return names.length > 2 ? `${names.slice(0, 2).join(', ')} +${names.length - 2}` : names.join(', ');
  }

  protected save(): void {
    const { dashboard: words, responses } = this.words();
    download(
      'top-templates.csv',
      csvOf(
        [responses.text, words.category, words.count, words.beforeShort],
        (this.store.templates.value() ?? []).map((each) => [each.text, each.category, each.count, each.before]),
      ),
    );
  }
}
