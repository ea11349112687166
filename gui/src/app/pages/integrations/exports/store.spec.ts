import { placeOf } from './store';

describe('placeOf', () => {
  it('names a place as people write it', () => {
    expect(placeOf({ kind: 's3', bucket: 'reports', prefix: 'bounces/' })).toBe('s3://reports/bounces/');
    expect(placeOf({ kind: 'sftp', host: 'files.example.com', user: 'ada', path: '.' })).toBe(
      'sftp://ada@files.example.com/',
    );
    expect(placeOf({ kind: 'sftp', host: 'files.example.com', port: 2222, user: 'ada', path: 'in' })).toBe(
      'sftp://ada@files.example.com:2222/in',
    );
    expect(placeOf({ kind: 'directory', path: 'daily' })).toBe('exports/daily');
    expect(placeOf({ kind: 'directory', path: '/srv/out' })).toBe('/srv/out');
  });
});
