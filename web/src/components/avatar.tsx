import type { Presence } from '../../../client';
import { t } from '../state/preferences';
import { initialOf, tintOf } from '../view/faces';
import { Icon } from './icon';

interface AvatarProps {
  readonly name: string;
  readonly isGroup?: boolean;
  readonly size?: 'small' | 'large';
  /** With it, a dot says whether they are online: by its shape, its colour and its words. */
  readonly presence?: Presence['state'] | undefined;
}

export function Avatar({ name, isGroup = false, size, presence }: AvatarProps) {
  return (
    <span class={`avatar tint-${tintOf(name)} ${isGroup ? 'is-group' : ''} ${size ?? ''}`}>
      <span aria-hidden="true">{isGroup && size === 'large' ? <Icon name="people" /> : initialOf(name)}</span>
      {presence !== undefined && (
        <span class={`dot is-${presence}`}>
          <span class="unseen">{presence === 'online' ? t.value.online : t.value.offline}</span>
        </span>
      )}
    </span>
  );
}
