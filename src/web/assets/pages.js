// Two comforts: a sign that the next page is on its way, and choices that take effect at once. And what no page can do
// without a script: asking a passkey, whose answer goes with the form.
const page = document.documentElement;
const begin = (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (event.type === 'click' && (link === null || link.hasAttribute('download') || link.hash !== '')) return;
  const sign = document.querySelector('.loading');
  page.classList.add('is-loading');
  setTimeout(() => {
    if (sign !== null && page.classList.contains('is-loading')) sign.textContent = sign.dataset.text;
  }, 400);
};
document.addEventListener('click', begin);
document.addEventListener('submit', begin);
addEventListener('pageshow', () => {
  page.classList.remove('is-loading');
  const sign = document.querySelector('.loading');
  if (sign !== null) sign.textContent = '';
});
for (const choice of document.querySelectorAll('form.at-once select')) {
  choice.addEventListener('change', () => choice.form.requestSubmit());
  choice.form.classList.add('is-at-once');
}
for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { passkey: does, question } = form.dataset;
    const fault = form.querySelector('.fault');
    fault.hidden = true;
    try {
      const asked = JSON.parse(question);
      const publicKey =
        does === 'create'
          ? PublicKeyCredential.parseCreationOptionsFromJSON(asked)
          : PublicKeyCredential.parseRequestOptionsFromJSON(asked);
      const answer = await navigator.credentials[does]({ publicKey });
      form.querySelector('[data-answer]').value = JSON.stringify(answer);
      form.submit();
    } catch {
      page.classList.remove('is-loading');
      fault.hidden = false;
    }
  });
}
