"""The yearly tables of industries: one form of the prefecture, filled in by each county's bureaus in its own units.

Workbooks with a title block in 万亩 and 万元 from most, CSV from the others. The office itself sends the targets and
lists of the policy paper. Field's terms: yearly report (年报), base (基地), to take households along (带动).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jurisdictions.wuzhong.layouts.wording import code_words, fields
from warehouse.layouts import Encoding, Field, Layout

NAME_YEAR = r"_(?P<year>20\d{2})年"
YES_NO = {"是": "true", "否": "false"}
LINE_TYPES = {"产品": "item", "小计": "subtotal"}
TEN_THOUSAND = "万"

SUBJECTS: Mapping[str, str] = {
    "crop_base": "种植基地年报",
    "industry_output": "产业产值年报",
    "enterprise": "龙头企业年报",
    "association": "村级协会年报",
}
"""Table -> what the form is called"""


@dataclass(frozen=True)
class Sender:
    """A county's way with the form."""

    area_code: str
    slug: str
    name: str
    suffix: str
    scale: str = ""
    encoding: Encoding = "utf-8"

    def layout(self, table: str, office: str, description: str, **columns: str | Field) -> Layout:
        """The form of one table; unit and year are said in the title."""
        own = fields(time_period="年份", area_code="区划代码", **columns)
        return Layout(
            id=f"wuzhong.{self.slug}.{table}",
            contract=f"core.{table}",
            sender=f"{self.name}, {office}",
            files=(f"{self.name}_{SUBJECTS[table]}_*.{self.suffix}",),
            description=description,
            area_code=self.area_code,
            owed=True,
            encodings=(self.encoding,),
            freq="A",
            period_in_name=NAME_YEAR,
            fields=own,
        )

    def land(self, words: str) -> Field:
        """A column of land, in the county's unit."""
        return Field(f"{words}({self.scale}亩)", unit=f"{self.scale}亩")

    def money(self, words: str) -> Field:
        """A column of money, in the county's unit."""
        return Field(f"{words}({self.scale}元)", unit=f"{self.scale}元")

    def layouts(self) -> tuple[Layout, ...]:
        """The four yearly tables."""
        return (
            self.layout(
                "crop_base",
                "agriculture bureau",
                "Crops by village",
                village_code="村代码",
                product=Field("作物", codes=code_words("crop")),
                area_mu=self.land("种植面积"),
                film_area_mu=self.land("其中地膜"),
                large_area_mu=self.land("其中大户"),
                growers="种植户数",
                large_growers="大户数",
                bases="示范基地",
                is_professional=Field("专业村", codes=YES_NO),
            ),
            self.layout(
                "industry_output",
                "statistics bureau",
                "Output, sales and workers by product, printed sums",
                line_type=Field("行别", codes=LINE_TYPES),
                industry=Field("产业", codes=code_words("industry")),
                product=Field("产品", codes=code_words("product")),
                opening_stock_tonnes="期初库存(吨)",
                output_tonnes="产量(吨)",
                marketed_tonnes="商品量(吨)",
                output_value=self.money("产值"),
                sale_value=self.money("销售额"),
                input_value=self.money("中间投入"),
                workers="从业人员",
                poor_workers="贫困从业人员",
                certified_products="绿色认证",
                is_leading=Field("主导项目", codes=YES_NO),
                in_agriculture=Field("计入农业产值", codes=YES_NO),
            ),
            self.layout(
                "enterprise",
                "industry office",
                "Enterprises and the households they take along",
                enterprise_id="企业代码",
                name="企业名称",
                village_code="带动村",
                industry=Field("产业", codes=code_words("industry")),
                is_leading=Field("龙头企业", codes=YES_NO),
                registered_on="注册日期",
                workers="从业人员",
                poor_workers="贫困从业人员",
                sale_value=self.money("销售额"),
                linked_households="带动农户",
                linked_poor_households="带动贫困户",
            ),
            self.layout(
                "association",
                "poverty alleviation office",
                "Associations of villages",
                association_id="协会代码",
                name="协会名称",
                village_code="村代码",
                industry=Field("产业", codes=code_words("industry")),
                founded_on="成立日期",
                has_branch=Field("支部参与", codes=YES_NO),
                village_households="全村户数",
                members="会员户数",
                poor_members="贫困会员",
                served_households="服务户数",
            ),
        )


SENDERS_OF_YEARS = (
    Sender("640302", "litong", "利通区", "csv"),
    Sender("640303", "hongsibu", "红寺堡区", "xlsx", TEN_THOUSAND),
    Sender("640323", "yanchi", "盐池县", "xlsx", TEN_THOUSAND),
    Sender("640324", "tongxin", "同心县", "csv", encoding="gb18030"),
    Sender("640381", "qingtongxia", "青铜峡市", "xlsx", TEN_THOUSAND),
    Sender("X6403-01", "resettlement_1", "吊庄移民一区", "csv"),
    Sender("X6403-02", "resettlement_2", "吊庄移民二区", "xlsx"),
)

_OFFICE = "Wuzhong prefecture, poverty alleviation office"
_PAPER = (
    Layout(
        id="wuzhong.office.target",
        contract="core.target",
        sender=_OFFICE,
        files=("吴忠市_规划目标_*.csv",),
        description="Targets of the policy paper, a line for each way of reading them",
        freq="A",
        period_in_name=NAME_YEAR,
        fields=fields(
            area_code="区划代码",
            target_id="目标",
            quantity="指标",
            products="计入产品",
            amount="目标值",
            comparison=Field("比较", codes=code_words("target_comparison")),
            base_year="基准年",
            due_year="目标年",
            status=Field("状态", codes=code_words("target_status")),
            question="待定问题",
            printed="文件表述",
        ),
    ),
    Layout(
        id="wuzhong.office.declared_list",
        contract="core.declared_list",
        sender=_OFFICE,
        files=("吴忠市_文件清单_*.csv",),
        description="Lists of the policy paper as it prints them",
        freq="A",
        period_in_name=NAME_YEAR,
        fields=fields(
            area_code="区划代码",
            list_id="清单",
            title="名称",
            declared_count="宣称数",
            entry="列名",
            industry=Field("产业", codes=code_words("industry")),
        ),
    ),
)

LAYOUTS = (*(layout for sender in SENDERS_OF_YEARS for layout in sender.layouts()), *_PAPER)
