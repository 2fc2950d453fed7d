"""Headings of the commonest exports need no mapping file; they are those of the sites, the rows invented."""

import json
from collections.abc import Mapping

import pytest

from llmexposure.postings import validate_file
from llmexposure.postings.read.column_map import ColumnMap, LackingColumnsError, resolve

# By export: which heading is read for which column; further headings stand among them and are not read.
EXPORTS: Mapping[str, tuple[str, dict[str, str]]] = {
    "LinkedIn data set": (
        "company_id,med_salary,remote_allowed,views,skills_desc",
        {"posting_id": "job_id", "title": "title", "description": "description",
         "city": "location", "date": "listed_time", "salary_min": "min_salary",
         "salary_max": "max_salary", "applications": "applies",
         "salary_period": "pay_period", "salary_currency": "currency"},
    ),
    "LinkedIn scraper": (
        "Employment type,Industries,company,company_id,context,post_url",
        {"posting_id": "post_id", "title": "title", "description": "description", "date": "date",
         "city": "location", "occupation": "Job function", "degree": "education",
         "salary_min": "sal_low", "salary_max": "sal_high", "salary": "salary"},
    ),
    "Indeed, JobSpy": (
        "site,job_url,job_url_direct,company,job_type,salary_source,is_remote,emails",
        {"posting_id": "id", "title": "title", "description": "description", "city": "location",
         "date": "date_posted", "salary_min": "min_amount", "salary_max": "max_amount",
         "occupation": "job_function", "openings": "vacancy_count", "min_years": "experience_range",
         "salary_period": "interval", "salary_currency": "currency"},
    ),
    "Glassdoor": (
        "index,Rating,Company Name,Headquarters,Size,Founded,Type of ownership,Industry,Sector,Revenue",
        {"title": "Job Title", "description": "Job Description", "city": "Location",
         "salary": "Salary Estimate"},
    ),
    "Google Jobs, gsearch": (
        "index,company_name,via,extensions,thumbnail,schedule_type,work_from_home,search_term",
        {"posting_id": "job_id", "title": "title", "description": "description", "city": "location",
         "date": "posted_at", "salary": "salary", "salary_min": "salary_min",
         "salary_max": "salary_max", "salary_period": "salary_rate"},
    ),
    "Google Jobs, SerpApi": (
        "Job Query,Company,Source,Apply Links",
        {"title": "Title", "description": "Description", "city": "Location", "date": "Posted"},
    ),
    "Reed data set": (
        "company_name,geo,job_board,job_type,state",
        {"title": "job_title", "description": "job_description", "occupation": "category",
         "city": "city", "date": "post_date", "salary": "salary_offered"},
    ),
    "Reed API": (
        "employerId,employerName,expirationDate,jobUrl",
        {"posting_id": "jobId", "title": "jobTitle", "description": "jobDescription",
         "city": "locationName", "date": "date", "salary_min": "minimumSalary",
         "salary_max": "maximumSalary", "applications": "applications",
         "salary_currency": "currency"},
    ),
    "Naukri data set": (
        "company,industry,site_name,skills",
        {"posting_id": "jobid", "title": "jobtitle", "description": "jobdescription",
         "degree": "education", "min_years": "experience", "city": "joblocation_address",
         "openings": "numberofpositions", "salary": "payrate", "date": "postdate"},
    ),
    "Naukri scraper": (
        "Company Name,Gender Preference,Link",
        {"title": "Job Title", "description": "Job Description", "min_years": "Experience",
         "city": "Location"},
    ),
    "BOSS": (
        "securityId,lid,brandName,jobLabels,skills,welfareList,brandScaleName",
        {"posting_id": "encryptJobId", "title": "jobName", "description": "postDescription",
         "salary": "salaryDesc", "min_years": "jobExperience", "degree": "jobDegree",
         "city": "cityName"},
    ),
    "BOSS, Chinese": (
        "工作标签,技能要求,公司,公司规模,福利列表",
        {"title": "职位", "description": "岗位描述", "salary": "期待薪资", "min_years": "工作经验",
         "degree": "学历", "city": "城市"},
    ),
    "Lagou": (
        "companyId,companyFullName,companySize,industryField,positionAdvantage,district",
        {"posting_id": "positionId", "title": "positionName", "description": "positionDetail",
         "salary": "salary", "min_years": "workYear", "degree": "education", "city": "city",
         "date": "createTime"},
    ),
    "Lagou, mobile": (
        "companyLogo,companyName",
        {"posting_id": "positionId", "title": "positionName", "description": "job_bt",
         "salary": "salary", "min_years": "ageLimit", "degree": "educationBackground",
         "city": "city", "date": "createTime"},
    ),
    "Zhaopin": (
        "positionURL,emplType,company.name,geo.lat,applyType,endDate",
        {"title": "jobName", "description": "jobSummary", "salary": "salary",
         "min_years": "workingExp.name", "degree": "eduLevel.name", "city": "city.display",
         "date": "createDate", "openings": "recruitCount", "occupation": "jobType.display"},
    ),
    "Zhaopin, Chinese": (
        "来源,关键词,链接,公司名称",
        {"title": "岗位", "description": "岗位描述", "city": "城市", "degree": "学历", "salary": "工资"},
    ),
    "Liepin": (
        "comp.compName,labels,link",
        {"posting_id": "job.jobId", "title": "job.title", "description": "职位介绍",
         "salary": "job.salary", "city": "job.dq", "degree": "job.requireEduLevel",
         "min_years": "job.requireWorkYears", "date": "job.refreshTime"},
    ),
    "Liepin, Chinese": (
        "公司名称,行业,详情页",
        {"title": "岗位名称", "description": "职位介绍", "salary": "薪资", "city": "工作地点",
         "degree": "学历", "min_years": "经验"},
    ),
    "51job": (
        "property,jobTags,companyName,companyTypeString,jobHref",
        {"posting_id": "jobId", "title": "jobName", "description": "jobDescribe",
         "salary": "provideSalaryString", "city": "jobAreaString", "date": "issueDateString",
         "min_years": "workYearString", "degree": "degreeString", "openings": "jobNumString"},
    ),
    "51job, Chinese": (
        "公司名字,公司类型,公司规模,公司详情页",
        {"title": "标题", "description": "职位信息", "city": "城市", "salary": "薪资",
         "degree": "学历", "min_years": "经历", "openings": "招聘人数", "date": "招聘发布时间"},
    ),
    "104": (
        "工作型態,工作里區,公司名稱,104 職缺網址,證照",
        {"title": "職缺名稱", "description": "職缺描述", "degree": "學歷", "min_years": "工作經驗",
         "salary_min": "最低薪資", "salary_max": "最高薪資", "city": "工作縣市", "date": "更新日期",
         "salary_period": "薪資類型"},
    ),
    "104, long": (
        "公司,產業",
        {"posting_id": "職缺編號", "title": "職務名稱", "description": "工作內容",
         "salary": "工作待遇", "degree": "學歷要求", "min_years": "工作經歷", "city": "上班地點",
         "date": "更新日期", "openings": "需求人數", "applications": "應徵人數",
         "occupation": "職務類別"},
    ),
    "schema.org": (
        "@context,hiringOrganization.name,validThrough,employmentType",
        {"title": "title", "description": "description", "date": "datePosted",
         "city": "jobLocation.address.addressLocality", "degree": "educationRequirements",
         "min_years": "experienceRequirements", "salary_min": "baseSalary.value.minValue",
         "salary_max": "baseSalary.value.maxValue"},
    ),
    "hh.ru": (
        "premium,employer.name,alternate_url,schedule.name,snippet.requirement",
        {"posting_id": "id", "title": "name", "description": "description", "city": "area.name",
         "date": "published_at", "min_years": "experience.name", "salary_min": "salary.from",
         "salary_max": "salary.to", "salary_currency": "salary.currency"},
    ),
    "JSearch": (
        "employer_name,job_publisher,job_is_remote,job_apply_link,job_country",
        {"posting_id": "job_id", "title": "job_title", "description": "job_description",
         "city": "job_city", "date": "job_posted_at_datetime_utc", "salary_min": "job_min_salary",
         "salary_max": "job_max_salary", "salary_period": "job_salary_period",
         "salary_currency": "job_salary_currency"},
    ),
    "France Travail": (
        "romeLibelle,typeContrat,entreprise.nom,qualificationLibelle,secteurActivite",
        {"posting_id": "id", "title": "intitule", "description": "description",
         "city": "lieuTravail.libelle", "date": "dateCreation", "min_years": "experienceLibelle",
         "salary": "salaire.libelle", "openings": "nombrePostes"},
    ),
    "InfoJobs": (
        "author.name,contractType.value,link,workDay.value",
        {"posting_id": "id", "title": "title", "description": "description", "city": "city",
         "date": "published", "min_years": "experienceMin.value", "salary_min": "salaryMin.value",
         "salary_max": "salaryMax.value", "salary_period": "salaryPeriod.value",
         "degree": "study.value"},
    ),
    "Arbeitsagentur": (
        "beruf,arbeitgeber,modifikationsTimestamp,externeUrl",
        {"posting_id": "refnr", "title": "titel", "description": "stellenangebotsBeschreibung",
         "city": "arbeitsort.ort", "date": "aktuelleVeroeffentlichungsdatum",
         "openings": "anzahlOffeneStellen"},
    ),
    "TopCV": (
        "keyword,link,company",
        {"posting_id": "job_id", "title": "Tên công việc", "description": "Mô tả công việc",
         "salary": "Mức lương", "city": "Nơi làm việc", "date": "Ngày đăng tin",
         "min_years": "Kinh nghiệm làm việc"},
    ),
    "Lever": (
        "hostedUrl,categories.team,categories.commitment,workplaceType,additional",
        {"posting_id": "id", "title": "text", "description": "descriptionPlain",
         "city": "categories.location", "date": "createdAt", "salary_min": "salaryRange.min",
         "salary_max": "salaryRange.max", "salary_period": "salaryRange.interval",
         "salary_currency": "salaryRange.currency"},
    ),
    "Ashby": (
        "department,team,employmentType,isRemote,compensation.compensationTiers",
        {"posting_id": "id", "title": "title", "description": "descriptionPlain",
         "city": "location", "date": "publishedAt",
         "salary": "compensation.compensationTierSummary"},
    ),
    "MyCareersFuture": (
        "metadata.jobPostId,skills,postedCompany.name",
        {"posting_id": "uuid", "title": "title", "description": "description",
         "date": "metadata.newPostingDate", "min_years": "minimumYearsExperience",
         "openings": "numberOfVacancies", "applications": "metadata.totalNumberJobApplication",
         "salary_min": "salary.minimum", "salary_max": "salary.maximum",
         "salary_period": "salary.type.salaryType"},
    ),
    "Catho": (
        "Link,Empresa,Fonte",
        {"title": "Título", "description": "Descrição", "salary": "Salário", "city": "Cidade",
         "date": "Data de publicação", "degree": "Escolaridade"},
    ),
}  # fmt: skip
CELLS = {"degree": "本科", "date": "2024-05-06", "openings": "2", "applications": "3",
         "min_years": "3-5年", "salary": "8k-12k", "salary_min": "8000", "salary_max": "12000",
         "salary_period": "month"}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_headings_need_no_mapping(name):
    others, wanted = EXPORTS[name]
    found = resolve([*others.split(","), *wanted.values()], ColumnMap(), name)
    assert found == {"posting_id": "@row"} | wanted


@pytest.mark.parametrize("name", EXPORTS)
def test_rows_under_such_headings_are_usable_and_complete(put, name):
    others, wanted = EXPORTS[name]
    cells = {theirs: CELLS.get(ours, f"{ours} 甲") for ours, theirs in wanted.items()}
    row = dict.fromkeys(others.split(","), "x") | cells
    heading, line = (",".join(f'"{cell}"' for cell in part) for part in (row, row.values()))
    csv = validate_file(put("a.csv", f"{heading}\n{line}\n"))
    json_lines = validate_file(put("a.jsonl", json.dumps(row)))
    assert csv.valid == json_lines.valid == 1
    assert csv.notes.keys() <= {"numbered_id"}
    assert not csv.missing.keys() & wanted.keys()
    assert csv.missing == json_lines.missing


def test_name_is_a_title_only_beside_an_employer():
    """Alone it may be that of a person or a company."""
    assert resolve(["name", "employer", "description"], ColumnMap(), "a.csv")["title"] == "name"
    assert resolve(["name", "titel", "company", "text"], ColumnMap(), "a.csv")["title"] == "titel"
    with pytest.raises(LackingColumnsError):
        resolve(["name", "description"], ColumnMap(), "a.csv")


def test_word_for_a_job_or_a_remark_at_a_heading_says_nothing():
    names = ["job_title", "vacancy_description", "job_salary_period", "offer_date", "job_type"]
    names += ["Mức lương (VND)"]
    found = resolve(names, ColumnMap(), "a.csv")
    assert found == {
        "posting_id": "@row",
        "title": "job_title",
        "description": "vacancy_description",
        "date": "offer_date",
        "salary": "Mức lương (VND)",
        "salary_period": "job_salary_period",
    }
