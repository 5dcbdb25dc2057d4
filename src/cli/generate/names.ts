// Decides what generated publishers, sites and shops are called, in Chinese. Names mean nothing and may repeat.

import { another, pick } from './draw.ts';

const SURNAMES = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '黄',
  '周',
  '吴',
  '徐',
  '孙',
  '胡',
  '朱',
  '高',
  '林',
] as const;
const GIVEN = ['伟', '芳', '娜', '敏', '静', '丽', '强', '磊', '军', '洋', '勇', '艳', '杰', '娟', '涛', '明'] as const;
const BRANDS = [
  '小美',
  '淘乐',
  '惠买',
  '九块九',
  '爱购',
  '乐享',
  '优选',
  '划算',
  '省心',
  '开心',
  '一淘',
  '天天',
  '果果',
] as const;
const TRADES = ['返利网', '导购', '特卖', '折扣街', '值得买', '优惠券', '购物笔记', '比价网', '试衣间'] as const;
const MAKES = [
  '韵秋',
  '木槿',
  '森海',
  '优品',
  '汇源坊',
  '凤凰里',
  '青禾',
  '云裳',
  '百草',
  '南山',
  '锦绣',
  '朗途',
] as const;
const GOODS = ['女装', '男鞋', '母婴', '家纺', '数码', '美妆', '零食', '箱包', '户外', '茶叶', '玩具', '厨具'] as const;
const SPOTS = ['首页横幅', '侧栏', '文章底部', '弹层', '列表第一屏', '搜索结果', '专题页'] as const;

export function personName(drawn: number): string {
  return pick(drawn, SURNAMES) + pick(another(drawn, 1), GIVEN);
}

export function publisherName(drawn: number): string {
  return pick(drawn, BRANDS) + pick(another(drawn, 1), TRADES);
}

export function companyName(drawn: number): string {
  return `杭州${pick(drawn, BRANDS)}网络科技有限公司`;
}

export function shopName(drawn: number, mall: string): string {
  return pick(drawn, MAKES) + pick(another(drawn, 1), GOODS) + (mall === 'tmall' ? '旗舰店' : '小铺');
}

export function adzoneName(drawn: number): string {
  return pick(drawn, SPOTS);
}
