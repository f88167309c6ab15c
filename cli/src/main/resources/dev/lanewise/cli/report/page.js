'use strict';
(() => {
  const byId = id => document.getElementById(id);
  const grid = byId('cards');
  const cards = Array.from(grid.children);
  const search = byId('search'), label = byId('label'), state = byId('state'), order = byId('order');
  const texts = new Map(cards.map(card => [card, card.textContent.toLowerCase()]));
  const names = new Map(cards.map(card => [card, card.querySelector('.file').textContent]));
  const probability = card => Number(card.dataset.p);
  let truth = '';

  // Images of a few pixels look better as squares than as a blur.
  for (const image of grid.querySelectorAll('img')) {
    const decide = () => image.classList.toggle('small', image.naturalWidth <= 64 && image.naturalHeight <= 64);
    if (image.complete) decide(); else image.addEventListener('load', decide);
  }

  function fits(card) {
    if (label.value && card.dataset.label !== label.value) return false;
    if (truth && card.dataset.truth !== truth) return false;
    if (state.value === 'unsure' && !(probability(card) >= 0 && probability(card) < 0.5)) return false;
    if (state.value && state.value !== 'unsure' && card.dataset.state !== state.value) return false;
    return texts.get(card).includes(search.value.trim().toLowerCase());
  }

  function update() {
    let shown = 0;
    for (const card of cards) {
      card.hidden = !fits(card);
      if (!card.hidden) shown++;
    }
    const filtered = shown !== cards.length;
    byId('count').textContent = (filtered ? shown.toLocaleString('en') + ' of ' : '') + cards.length.toLocaleString('en') + ' images';
    byId('empty').hidden = shown > 0;
    byId('reset').hidden = !(search.value || label.value || state.value || truth);
    for (const button of document.querySelectorAll('[data-show-label]')) {
      button.classList.toggle('on', button.dataset.showLabel === label.value && (button.dataset.showTruth || '') === truth);
    }
  }

  function sort() {
    const compare = {
      unsure: (a, b) => probability(a) - probability(b),
      sure: (a, b) => probability(b) - probability(a),
      name: (a, b) => names.get(a).localeCompare(names.get(b), 'en', {numeric: true})
    }[order.value];
    grid.append(...cards.slice().sort(compare));
  }

  for (const button of document.querySelectorAll('[data-show-label]')) {
    button.addEventListener('click', () => {
      const on = button.classList.contains('on');
      label.value = on ? '' : button.dataset.showLabel;
      truth = on ? '' : button.dataset.showTruth || '';
      update();
      if (!on) byId('cards').parentElement.querySelector('.toolbar').scrollIntoView({behavior: 'smooth'});
    });
  }
  byId('reset').addEventListener('click', () => {
    search.value = label.value = state.value = truth = '';
    update();
  });
  search.addEventListener('input', update);
  label.addEventListener('change', () => { truth = ''; update(); });
  state.addEventListener('change', update);
  order.addEventListener('change', sort);
  if (order.value !== 'unsure') sort();
  update();
})();
