/** What the people of a seed's day do. */
export type Subject = 'presence' | 'messages';
