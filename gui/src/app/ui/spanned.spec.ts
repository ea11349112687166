import { TestBed } from '@angular/core/testing';

import { Spanned } from './spanned';

describe('pb-spanned', () => {
  const shown = (text: string, spans: { begin: number; end: number; unless?: boolean }[]): HTMLElement => {
    const fixture = TestBed.createComponent(Spanned);
    fixture.componentRef.setInput('text', text);
    fixture.componentRef.setInput('spans', spans);
    fixture.detectChanges();
    return fixture.nativeElement as HTMLElement;
  };

  it('marks spans and leaves the text as it is', () => {
    const host = shown('mailbox is full today', [{ begin: 11, end: 15 }]);
    expect(host.textContent).toBe('mailbox is full today');
    expect(host.querySelector('mark')?.textContent).toBe('full');
  });

  it('counts characters beyond the first plane as one, as the server does', () => {
    expect(shown('📬 is full', [{ begin: 5, end: 9 }]).querySelector('mark')?.textContent).toBe('full');
  });

  it('draws overlapping spans one after the other, and strikes exceptions through', () => {
    const marks = [
      ...shown('abcdef', [
        { begin: 2, end: 5, unless: true },
        { begin: 0, end: 3 },
      ]).querySelectorAll('mark'),
    ];
    expect(marks.map((mark) => [mark.textContent, mark.classList.contains('unless')])).toEqual([
      ['abc', false],
      ['de', true],
    ]);
  });
});
