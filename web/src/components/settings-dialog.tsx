import { useEffect, useState } from 'preact/hooks';
import type { Device } from '../../../client';
import { announce } from '../state/activity';
import { now } from '../state/clock';
import { dialog } from '../state/place';
import { locale, t } from '../state/preferences';
import { chat, logOut } from '../state/session';
import { useAction } from '../state/use-action';
import { deviceName } from '../view/device-name';
import { shortTime } from '../view/times';
import { ActionButton } from './action-button';
import { Dialog } from './dialog';
import { PasswordForm } from './password-form';
import { LanguageChoice, ThemeChoice } from './preference-choices';

const close = () => {
  dialog.value = undefined;
};

export function SettingsDialog() {
  const words = t.value;
  const leave = async (everywhere: boolean) => {
    await logOut(everywhere);
    close();
  };
  return (
    <Dialog title={words.settings} onClose={close}>
      <div class="part">
        <LanguageChoice />
        <ThemeChoice />
      </div>
      <Devices />
      <details class="part">
        <summary>{words.changePassword}</summary>
        <PasswordForm />
      </details>
      <div class="part">
        <h3>{words.account}</h3>
        <div class="button-row">
          <ActionButton text={words.logOut} isDanger action={() => leave(false)} />
          <ActionButton text={words.logOutEverywhere} isDanger action={() => leave(true)} />
        </div>
      </div>
    </Dialog>
  );
}

/** Where one is logged in, and the way to end that. */
function Devices() {
  const words = t.value;
  const [devices, setDevices] = useState<readonly Device[]>([]);
  const { run, isPending, problem } = useAction(async () => setDevices(await chat().devices()));
  useEffect(() => run(), []);
  const revoke = async (connection: string) => {
    setDevices(await chat().devices({ revoke: connection }));
    announce(words.revoked);
  };
  return (
    <section class="part">
      <h3>{words.devices}</h3>
      <ul class="list" aria-busy={isPending} aria-label={words.devices}>
        {devices.map((device) => (
          <DeviceItem key={device.connection} device={device} revoke={() => revoke(device.connection)} />
        ))}
      </ul>
      {problem !== undefined && <p class="problem">{problem}</p>}
    </section>
  );
}

function DeviceItem({ device, revoke }: { readonly device: Device; readonly revoke: () => Promise<void> }) {
  const words = t.value;
  const { connectedAt, sourceIp, userAgent, current } = device;
  const name = deviceName(userAgent) ?? words.unknownDevice;
  const since = connectedAt === undefined ? '' : words.deviceSince(shortTime(connectedAt, now.value, locale.value));
  return (
    <li class="item is-static">
      <span class="item-main">
        <span class="item-name">{name}</span>
        <span class="hint">{[sourceIp, since].filter(Boolean).join(' · ')}</span>
      </span>
      {current ? (
        <span class="tag">{words.thisDevice}</span>
      ) : (
        <ActionButton text={words.revoke} label={words.revokeOf(name)} action={revoke} />
      )}
    </li>
  );
}
