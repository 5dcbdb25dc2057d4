// Two comforts, and nothing a page needs: a sign that the next page is on its way, and choices that take effect at once.
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
