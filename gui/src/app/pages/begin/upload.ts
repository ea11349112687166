import { HttpClient } from '@angular/common/http';
import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { BeginState, Uploaded } from '../../core/begin';
import { Language } from '../../core/language';
import { problemOf } from '../../core/problem';
import { Icon } from '../../ui/icon';
import { Unread } from './unread';
import { WORDS } from './words';

const MOST_LINES = 10;

interface Counts {
  new?: number;
  duplicate?: number;
  bad?: number;
  bad_lines?: { line: number; what: string }[];
}

/** Files of this computer, read by the server as `prellbock ingest` reads them; each with what became of it. */
@Component({
  selector: 'pb-upload',
  imports: [Icon, Unread],
  templateUrl: './upload.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Upload {
  private readonly http = inject(HttpClient);
  protected readonly state = inject(BeginState);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  /** The file that is being read. */
  protected readonly reading = signal<string | null>(null);
  protected readonly isOver = signal(false);

  protected dropped(event: DragEvent): void {
    event.preventDefault();
    this.isOver.set(false);
    void this.take([...(event.dataTransfer?.files ?? [])]);
  }

  protected over(event: DragEvent): void {
    event.preventDefault();
    this.isOver.set(true);
  }

  protected picked(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])];
    input.value = '';
    void this.take(files);
  }

  private async take(files: File[]): Promise<void> {
    for (const file of files) {
      this.reading.set(file.name);
      this.state.add(await this.upload(file));
    }
    this.reading.set(null);
  }

  private async upload(file: File): Promise<Uploaded> {
    const name = file.name;
    try {
      const headers = { 'Content-Type': 'application/octet-stream' };
      const told = await firstValueFrom(this.http.post<Counts>('/v1/files', file, { headers }));
      return {
        name,
        fresh: told.new ?? 0,
        duplicate: told.duplicate ?? 0,
        bad: told.bad ?? 0,
        lines: (told.bad_lines ?? []).slice(0, MOST_LINES),
        problem: null,
      };
    } catch (error) {
      const { status, detail } = problemOf(error);
      const { unreachable, failed } = this.words().states;
      const problem = status === 0 ? unreachable : detail || failed;
      return { name, fresh: 0, duplicate: 0, bad: 0, lines: [], problem };
    }
  }
}
