import type { BrowserContext, Locator, Page } from 'playwright-core';

export const PASSWORD = 'correct horse';

/** Each step has this long: a hash of a password on a busy machine takes a second of it. */
const STEP_MS_MAX = 20_000;

/** Somebody at a tab of the page, who finds things as people do: by what they are called. */
export class Person {
  readonly page: Page;
  readonly name: string;
  /** What should never be: errors of scripts, and whatever the page's policy forbade it. */
  readonly faults: string[] = [];

  private constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
    page.setDefaultTimeout(STEP_MS_MAX);
    page.on('pageerror', (error) => this.faults.push(`${name}: ${error.message}`));
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML/.test(message.text())) this.faults.push(`${name}: ${message.text()}`);
    });
  }

  static async at(context: BrowserContext, name: string): Promise<Person> {
    return new Person(await context.newPage(), name);
  }

  async signUp(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign up' }).click();
    await this.#enter('Sign up');
  }

  async logIn(): Promise<void> {
    await this.#enter('Log in');
  }

  async askToBeFriends(other: string): Promise<void> {
    await this.showFriends();
    await this.page.getByLabel('Add a friend').fill(other);
    await this.page.getByRole('button', { name: 'Ask', exact: true }).click();
  }

  async accept(other: string): Promise<void> {
    await this.showFriends();
    await this.page.getByRole('button', { name: `Accept the request of ${other}` }).click();
  }

  async showFriends(): Promise<void> {
    await this.page.getByRole('button', { name: /^Friends/ }).click();
  }

  async showChats(): Promise<void> {
    await this.page.getByRole('button', { name: /^Chats/ }).click();
  }

  /** A friend in the list, as far as that says so. */
  friend(name: string, words: string | RegExp = ''): Locator {
    return this.page.locator('.people .item').filter({ hasText: name }).filter({ hasText: words });
  }

  /** A conversation in the list. */
  listed(name: string, words: string | RegExp = ''): Locator {
    return this.page.getByRole('link').filter({ hasText: name }).filter({ hasText: words });
  }

  async openFriend(name: string): Promise<void> {
    await this.showFriends();
    await this.friend(name).click();
    await this.page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: /^Message to/ }).fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** What is shown of a message, with all that is said of it in words. */
  bubble(text: string, words: string | RegExp = ''): Locator {
    return this.page.locator('.bubble').filter({ hasText: text }).filter({ hasText: words });
  }

  /** The texts of all bubbles, in order. */
  said(): Promise<string[]> {
    return this.page.locator('.bubble-text').allTextContents();
  }

  async openSettings(): Promise<void> {
    await this.page.getByRole('button', { name: 'Settings' }).click();
    await this.page.getByRole('dialog').waitFor();
  }

  /** Waits until all that the page wants to be connected for is there. */
  async connected(): Promise<void> {
    await this.page.getByRole('heading', { name: this.name, level: 1, exact: true }).waitFor();
    await this.page.locator('.banner').waitFor({ state: 'detached' });
  }

  async #enter(button: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Name', exact: true }).fill(this.name);
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await this.page.locator('form').getByRole('button', { name: button }).click();
    await this.connected();
  }
}
