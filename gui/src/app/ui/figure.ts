import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';

import { Language } from '../core/language';
import { csvOf, download } from './csv';
import { HelpLink } from './help-link';
import { Icon } from './icon';

/** What a figure shows, as a table: for readers, for screen readers, and as CSV. */
export interface Table {
  columns: string[];
  rows: (string | number | null)[][];
}

/** Anything that shows numbers, with its heading, a table of the same values, and a download. */
@Component({
  selector: 'pb-figure',
  imports: [HelpLink, Icon],
  templateUrl: './figure.html',
  styleUrl: './figure.scss',
  host: { role: 'region', '[attr.aria-label]': 'heading()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Figure {
  readonly heading = input.required<string>();
  readonly hint = input('');
  /** Told where the pointer rests on the heading. */
  readonly about = input('');
  /** A word of the glossary that tells what it shows. */
  readonly topic = input('');
  readonly table = input.required<Table>();
  /** It is a table already: only the download is offered. */
  readonly isTable = input(false);
  /** Height of the table at most. */
  readonly height = input(260);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly asTable = signal(false);

  protected save(): void {
    const name = this.heading()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-');
    download(`${name}.csv`, csvOf(this.table().columns, this.table().rows));
  }

  protected isNumber(column: number): boolean {
    return this.table().rows.some((row) => typeof row[column] === 'number');
  }

  protected shown(value: string | number | null): string {
    return typeof value === 'number' ? this.language.number(value) : (value ?? '');
  }
}
