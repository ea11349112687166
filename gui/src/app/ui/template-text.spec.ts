import { TestBed } from '@angular/core/testing';

import { TemplateText, partsOf } from './template-text';

describe('the parts of a template', () => {
  it('tells masked parts and found words from the rest', () => {
    expect(partsOf('550 <{address}> User unknown', ['user unknown'])).toEqual([
      { text: '550 <', kind: 'plain' },
      { text: '{address}', kind: 'masked' },
      { text: '> ', kind: 'plain' },
      { text: 'User unknown', kind: 'found' },
    ]);
  });

  it('takes what was searched for literally', () => {
    expect(partsOf('a.b (c)', ['(c)']).at(-1)).toEqual({ text: '(c)', kind: 'found' });
    expect(partsOf('axb', ['a.b'])).toEqual([{ text: 'axb', kind: 'plain' }]);
  });

  it('finds normalised words in the text as it came: over lines, and where something variable stood', () => {
    const found = (text: string, words: string): string | undefined =>
      partsOf(text, [words]).find((part) => part.kind === 'found')?.text;
    expect(found('550-5.1.1 The account does 550 5.1.1 not exist', 'account does not exist')).toBe(
      'account does 550 5.1.1 not exist',
    );
    expect(found('connect to mx3.web.de[203.0.113.2]:25: timed out', 'connect to qz7.qzx7k.net[192.0.2.1]:25:')).toBe(
      'connect to mx3.web.de[203.0.113.2]:25:',
    );
  });

  it('shows the text as it is, without spaces of its own', () => {
    const fixture = TestBed.createComponent(TemplateText);
    fixture.componentRef.setInput('text', '550 <{address}> User unknown');
    fixture.componentRef.setInput('found', ['unknown']);
    fixture.detectChanges();
    const shown = fixture.nativeElement as HTMLElement;
    expect(shown.textContent).toBe('550 <{address}> User unknown');
    expect(shown.querySelector('mark')?.textContent).toBe('unknown');
    expect(shown.querySelector('.masked')?.textContent).toBe('{address}');
  });
});
