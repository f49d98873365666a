// Sends a form as the person whose page it is, also when the session ended meanwhile and the same person has signed in
// again in another window: the page's token is renewed then, so that nothing typed is lost.

/** Sends `page`; null when the server cannot be reached, `redirected` to the sign-in when nobody is signed in. */
export async function sendForm(page: HTMLFormElement): Promise<Response | null> {
  const answer = await post(page);
  const isOfAnotherSession = answer !== null && (answer.redirected || answer.status === 403);
  return isOfAnotherSession && (await renewToken(page)) ? post(page) : answer;
}

function post(page: HTMLFormElement): Promise<Response | null> {
  return fetch(page.getAttribute("action") ?? "", {
    method: "POST",
    body: new FormData(page, null),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  }).catch(() => null);
}

/** Takes over the token of this browser's present session, if that is another one of the same person's. */
async function renewToken(page: HTMLFormElement): Promise<boolean> {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const now = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector<HTMLInputElement>("input[name=csrf_token]");
  const fresh = now.querySelector<HTMLInputElement>("input[name=csrf_token]")?.value;
  if (!token || !fresh || fresh === token.value || personOf(now) !== personOf(document)) return false;
  document.querySelectorAll<HTMLInputElement>("input[name=csrf_token]").forEach((one) => (one.value = fresh));
  return true;
}

function personOf(page: Document): string | undefined {
  return page.querySelector(".person")?.textContent ?? undefined;
}
